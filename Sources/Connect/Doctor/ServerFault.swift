import AsyncHTTPClient
import Foundation
import NIOCore

/// Why no answer came from the server, told apart by what to do next.
enum ServerFault: Equatable, Sendable {
    case nothingListens
    case noAnswer
    case noRoute(String)
    /// The certificate is for another name.
    case otherName
    /// Nobody whom this machine trusts stands for the certificate, or its time is over.
    case untrusted
    case noTLS
    case other

    init(_ error: any Error) {
        switch error {
        case let error as HTTPClientError
        where [.connectTimeout, .readTimeout, .deadlineExceeded, .tlsHandshakeTimeout].contains(error):
            self = .noAnswer
        case let error as IOError: self.init(code: error.errnoCode)
        default: self.init(text: String(describing: error))
        }
    }

    private init(code: Int32) {
        switch code {
        case ECONNREFUSED: self = .nothingListens
        case ETIMEDOUT: self = .noAnswer
        case ENETUNREACH, EHOSTUNREACH: self = .noRoute(String(cString: strerror(code)))
        default: self = .other
        }
    }

    /// Errors of TLS and of several addresses tried in turn have no type of their own to ask for.
    init(text: String) {
        let tests: [([String], ServerFault)] = [
            (["failedToValidateHostname", "noMatch"], .otherName),
            (["CERTIFICATE_VERIFY_FAILED", "unableToValidateCertificate"], .untrusted),
            (["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "handshakeFailed", "uncleanShutdown"], .noTLS),
            (["onnection refused", "ECONNREFUSED"], .nothingListens),
            (["unreachable", "No route"], .noRoute("no route to it")),
            (["imed out", "connectTimeout"], .noAnswer),
        ]
        self = tests.first { words, _ in words.contains { text.contains($0) } }?.1 ?? .other
    }
}
