"""Tables in files: CSV and XLSX, read row by row and written row by row, in bounded memory."""
