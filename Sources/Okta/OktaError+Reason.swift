import Foundation
import NIOCore
import NIOPosix

extension OktaError.Reason {
    /// Reads why a connection was not made from the error of the layer that failed.
    init(_ error: any Error) {
        if let error = error as? NIOConnectionError {
            if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
                self = .unknownName
            } else if error.connectionErrors.contains(where: { ($0.error as? IOError)?.errnoCode == ECONNREFUSED }) {
                self = .refused
            } else {
                self = .connection
            }
        } else if let error = error as? IOError, error.errnoCode == ECONNREFUSED {
            self = .refused
        } else if String(reflecting: type(of: error)).contains("NIOSSL") {
            // NIOSSL's types are no dependency of ours; each of its errors here is a handshake that failed.
            self = .certificate
        } else {
            self = .connection
        }
    }
}
