/// Where a sign-in was decided.
public enum SignInStep: String, Sendable, CaseIterable {
    /// At Okta, or by what its answer was worth.
    case identityProvider = "idP"
    /// By what the organisation has decided: assignment, groups, status, bans, roles.
    case policy
    /// By the rules of attempts, passwords, codes and sessions.
    case session
}
