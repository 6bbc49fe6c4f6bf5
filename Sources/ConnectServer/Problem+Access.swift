import Access
import HTTPTypes
import SignIn

extension SignIn.Problem {
    /// The same for a site that is not there and for one that the user was never given: the answer does not tell which
    /// ids are sites.
    static let noNetwork = SignIn.Problem(
        .forbidden,
        "You may not reach this network.",
        detail: "Ask an administrator to give one of your groups the site."
    )

    /// A refusal in the user's words.
    init(_ refusal: Decision.Refusal) {
        switch refusal {
        case .noSuchSite, .notGranted, .byHand: self = .noNetwork
        default: self.init(.forbidden, refusal.sentenceToUser, detail: "Ask an administrator for access.")
        }
    }
}
