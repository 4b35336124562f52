"""The compiled round: `compile` makes values of snapshots, `form` and `matrix` make Word and Excel files of those."""
