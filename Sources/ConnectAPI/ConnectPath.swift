/// Where Connect's messages go, below the server's origin. Server and client name a path only here.
///
/// | request | body | answer |
/// |---|---|---|
/// | `POST networks`, before sign-in | ``NetworkLookup`` | ``NetworkNames`` |
/// | `GET networks` | – | ``NetworkList`` |
/// | `POST devices` | ``DeviceEnrolment`` | ``EnrolledDevice`` |
/// | `POST connections` | ``ConnectionRequest`` | ``OpenConnection`` |
/// | `GET connections/{id}?wait=25` | – | ``ConnectionState``, once it is closed or after the seconds of `wait`, at most 60 |
/// | `DELETE connections/{id}` | – | 204 without a body |
/// | `GET status` | – | ``ConnectStatus`` |
///
/// All but the first need `Authorization: Bearer` with the access token of a sign-in. Any answer that is not 2xx
/// carries a ``Refusal`` as `application/problem+json`.
public enum ConnectPath {
    public static let networks = "/connect/v1/networks"
    public static let devices = "/connect/v1/devices"
    public static let connections = "/connect/v1/connections"
    public static let status = "/connect/v1/status"

    /// The path of one connection. `id` must be an id that the server gave: it is not escaped here.
    public static func connection(_ id: String) -> String { "\(connections)/\(id)" }
}
