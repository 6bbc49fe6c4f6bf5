public import Hummingbird
import NIOCore

/// What belongs to one request for a page: who is signed in, and what the page before left to say.
public struct WebContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The address at the other end of the connection; nil where there is none, as in tests.
    public let address: String?
    /// nil where nobody is signed in, or no longer.
    public internal(set) var session: SignedIn?
    /// What the redirect that led here has to say, once.
    public internal(set) var flash: Flash?
    /// Names and seals the cookies of this request.
    var cookies: BrowserCookies?

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress?.ipAddress
    }

    /// The form pages of Manager are wider than Hummingbird's default for a JSON body allows for.
    public var maxUploadSize: Int { Form.largest }
}
