/// Where a gateway's messages go, below the server's origin. Server and gateway name a path only here.
///
/// | request | body | answer |
/// |---|---|---|
/// | `POST enrolment` | ``GatewayEnrolment`` | ``EnrolledGateway`` |
/// | `GET peers` | – | ``PeerMessage``, one a line, for as long as the connection holds |
/// | `POST acknowledgements` | ``Acknowledgement`` | 204 without a body |
/// | `POST reports` | ``GatewayReport`` | 204 without a body |
///
/// All but the first need `Authorization: Bearer` with the token of the enrolment; 401 says that there is no such gateway, or no
/// longer. Any answer that is not 2xx carries a title and a detail for people as `application/problem+json` (RFC 9457).
public enum GatewayPath {
    public static let enrolment = "/gateway/v1/enrolment"
    public static let peers = "/gateway/v1/peers"
    public static let acknowledgements = "/gateway/v1/acknowledgements"
    public static let reports = "/gateway/v1/reports"

    /// Seconds between two full states on a stream, by which a gateway mends whatever it missed and renews its leases.
    public static let fullStateInterval = 30
    /// Seconds between two messages on a stream: a gateway that hears nothing for three times as long connects anew.
    public static let aliveInterval = 5
}
