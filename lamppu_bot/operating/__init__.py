"""Looking after a bot that runs: messages that wait, copies of the data, figures, and the rights of persons."""
