"""What the calendar shows: bookings, windows, freezes, dwells and interims between two instants,
and what stands against them. Reads, of one customer or across customers, few whatever the number.
"""
