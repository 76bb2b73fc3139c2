"""What editors see of what was asked: figures, pictures, the daily digest, exports, reasons."""
