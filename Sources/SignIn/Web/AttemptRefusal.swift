public import HTTPTypes
public import Hummingbird
import Storage

/// Why a password or a code was not looked at, as its page says it.
public struct AttemptRefusal: Sendable {
    public let status: HTTPResponse.Status
    /// What to do, and why.
    public let sentence: String
    /// The same for the events: nothing to do, and no time to wait, so that equal refusals count together.
    public let reason: String
    /// Seconds; nil where time is not what helps.
    private let retryAfter: Int?

    /// nil for every other error.
    public init?(_ error: any Error) {
        switch error as? StoreError {
        case .tooManyAttempts(let seconds):
            status = .tooManyRequests
            sentence = "Wait \(Self.words(seconds)) and try again: there were too many wrong passwords or codes"
            reason = "There were too many attempts with a wrong password or code."
            retryAfter = seconds
        case .onlyKnownBrowsers:
            status = .tooManyRequests
            sentence = """
                Use a browser in which you have signed in before, or sign in with Okta: there were too many wrong \
                passwords for this e-mail address. Who runs the server can let you in, and a day without them does too
                """
            reason = "There were too many wrong passwords for this account from browsers that are not known."
            retryAfter = nil
        case .busy(let seconds):
            status = .serviceUnavailable
            sentence = "Wait \(Self.words(seconds)) and try again: too many people sign in at this moment"
            reason = "Too many people signed in with a password at that moment."
            retryAfter = seconds
        default: return nil
        }
    }

    /// The page with the refusal, as an answer that says when to come again.
    public func answer(_ page: Response) -> Response {
        var page = page
        page.status = status
        if let retryAfter { page.headers[.retryAfter] = String(retryAfter) }
        return page
    }

    private static func words(_ seconds: Int) -> String {
        switch seconds {
        case 1: "a second"
        case ..<120: "\(seconds) seconds"
        default: "\((seconds + 59) / 60) minutes"
        }
    }
}
