"""One list of accessibility checks, put to Word and PDF files alike.

The list follows what PDF/UA-1 and WCAG 2.1 (AA) ask of a document that a machine can tell. Word's own accessibility
checker asks the same of a .docx file.
"""
