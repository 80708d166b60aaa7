"""A file of any format as one sheet of cells, or why it can't be one; it knows no studies."""
