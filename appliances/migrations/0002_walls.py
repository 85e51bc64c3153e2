"""Policies and grants of the appliances' tables."""

from django.db import migrations

from portal.rowsecurity import Platform, Secure


class Migration(migrations.Migration):
    dependencies = [("appliances", "0001_initial"), ("portal", "0002_walls")]

    operations = [
        Secure("Site"),
        Secure("Appliance"),
        Secure("VersionReading", app="SELECT, INSERT"),
        Secure("Licence"),
        Secure("Backup"),
        Secure("CertificateCopy"),
        Secure("BaseHold", app="SELECT, INSERT, UPDATE"),
        Secure("ReadinessCheck"),
        Secure("Snapshot"),
        Secure("SupportQuestion", app="SELECT, INSERT, UPDATE"),
        Secure("RecordedWord"),
        Platform("Package", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
        Platform("Requirement", app="SELECT, INSERT, UPDATE, DELETE", staff="SELECT"),
    ]
