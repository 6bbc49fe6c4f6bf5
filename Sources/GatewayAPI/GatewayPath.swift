/// Where a gateway's messages go, below the server's origin.
///
/// Requests carry `Authorization: Bearer` with the token that the gateway was given when it was added to its site.
public enum GatewayPath {
    /// `GET`: ``PeerList`` of the gateway's site.
    public static let peers = "/gateway/v1/peers"
}
