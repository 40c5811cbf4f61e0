"""Every read of more than one row, and single rows as one person may see them."""
