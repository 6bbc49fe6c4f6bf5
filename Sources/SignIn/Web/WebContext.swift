import HTTPTypes
public import Hummingbird
import NIOCore
public import Storage

/// What belongs to one request for a page: who is signed in, and what the page before left to say.
public struct WebContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The client's address: that at the other end of the connection, or what a trusted proxy there says
    /// (``TrustedProxies``). nil where there is none, as in tests.
    public internal(set) var address: String?
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

    /// Where the request comes from, for the events.
    public func origin(of request: Request) -> Origin {
        Origin(address: address, device: request.headers[.userAgent])
    }

    /// The form pages of Manager are wider than Hummingbird's default for a JSON body allows for.
    public var maxUploadSize: Int { Form.largest }
}
