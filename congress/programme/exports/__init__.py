"""A release in the formats that other programs read: schedule.xml and schedule.json (voc/schedule), CSV and XLSX."""
