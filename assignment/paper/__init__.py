"""Write report.pdf: text from Markdown, figures from matplotlib, pages from fpdf2."""
