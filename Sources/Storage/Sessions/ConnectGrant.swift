/// What Connect exchanges for a session, once (RFC 6749 §1.3).
public enum ConnectGrant: Sendable {
    case authorizationCode(AuthorizationCode)
    /// One that the user approved.
    case deviceCode(DeviceCode.ID)
}
