"""A program of its own: HTML in, PDF/UA out. portal/pdf.py is who asks it."""
