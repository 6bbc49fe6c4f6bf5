"""How a connection ended, as the server wrote it down."""

from programs import eventually

# A machine that another one has replaced is none of the lab any more, and answers nothing.
WHERE = "FROM connection_cut WHERE connection_id = ? AND coalesce(ended_as, '') <> 'replaced'"


class Cut:
    """When a connection was closed, why, and when each gateway acknowledged, in seconds since 1970 by the server's clock."""

    def __init__(self, lab, connection, timeout):
        def is_acknowledged():
            cuts = lab.rows(f"SELECT acknowledged_at {WHERE}", connection)
            return cuts and all(at for (at,) in cuts)

        try:
            eventually(is_acknowledged, timeout)
        except AssertionError:
            raise AssertionError(f"not cut: {lab.rows('SELECT * FROM connection WHERE connection_id = ?', connection)}")
        closed, self.because = lab.rows("SELECT closed_at, closed_because FROM connection WHERE connection_id = ?", connection)[0]
        self.closed_at = closed / 1000
        rows = lab.rows(f"SELECT gateway_name, acknowledged_at {WHERE}", connection)
        self.acknowledged = {name: at / 1000 for name, at in rows}
        self.at = max(self.acknowledged.values())
