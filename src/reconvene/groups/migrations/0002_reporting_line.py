"""The database's own last line: nobody sits in a live group with someone above or below them, and sessions come in pairs."""

from django.db import migrations

NO_REPORTING_LINE = """
CREATE FUNCTION groups_no_reporting_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE above(id, depth) AS (
            SELECT manager_id, 1 FROM people_person WHERE id = NEW.person_id AND manager_id IS NOT NULL
            UNION SELECT p.manager_id, a.depth + 1 FROM people_person p JOIN above a ON p.id = a.id
            WHERE p.manager_id IS NOT NULL AND a.depth < 60),
        others AS (
            SELECT person_id AS id FROM groups_membership
            WHERE group_id = NEW.group_id AND ended_at IS NULL AND person_id <> NEW.person_id),
        over(id, seat, depth) AS (
            SELECT p.manager_id, p.id, 1 FROM people_person p JOIN others o ON p.id = o.id WHERE p.manager_id IS NOT NULL
            UNION SELECT p.manager_id, v.seat, v.depth + 1 FROM people_person p JOIN over v ON p.id = v.id
            WHERE p.manager_id IS NOT NULL AND v.depth < 60)
        SELECT 1 FROM above JOIN others USING (id)
        UNION ALL SELECT 1 FROM over WHERE over.id = NEW.person_id
    ) THEN
        RAISE EXCEPTION 'reporting_line' USING ERRCODE = 'check_violation', CONSTRAINT = 'no_reporting_line_in_a_group';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_reporting_line BEFORE INSERT OR UPDATE OF person_id, group_id, ended_at ON groups_membership
FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION groups_no_reporting_line();
"""

CLOSED_IS_CLOSED = """
CREATE FUNCTION groups_closed_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'closed_cycle' USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_cycles_never_change';
END $$;
CREATE TRIGGER closed_is_closed BEFORE UPDATE ON groups_cycle
FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION groups_closed_is_closed();
"""


class Migration(migrations.Migration):
    """Triggers that hold under concurrency, whatever the code above does."""

    dependencies = [("groups", "0001_initial"), ("people", "0001_initial")]
    operations = [
        migrations.RunSQL(NO_REPORTING_LINE, "DROP TRIGGER no_reporting_line ON groups_membership; DROP FUNCTION groups_no_reporting_line()"),
        migrations.RunSQL(CLOSED_IS_CLOSED, "DROP TRIGGER closed_is_closed ON groups_cycle; DROP FUNCTION groups_closed_is_closed()"),
    ]
