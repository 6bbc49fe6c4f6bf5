/// What a code was redeemed for. There is none but with a verified ID token.
public struct Tokens: Sendable {
    public let idToken: IDToken
    /// Never shown or kept: only ``RelyingParty/userInfo(_:)`` sends it, to the provider.
    let accessToken: String?
}
