import ArgumentParser
import Foundation

/// The origin under which browsers and Connect reach the server, as somebody typed it.
enum PublicURL {
    /// Throws ``ValidationError`` where what was given with `--public-url` is no origin.
    static func validate(_ typed: String) throws {
        guard isOrigin(typed) else {
            throw ValidationError("--public-url is an origin such as https://timus.example.com.")
        }
    }

    /// The value of `TIMUS_PUBLIC_URL`; throws ``Failure`` where that is no origin.
    static func ofEnvironment() throws -> String? {
        guard let typed = Environment["TIMUS_PUBLIC_URL"] else { return nil }
        guard isOrigin(typed) else {
            throw Failure.usage(
                "TIMUS_PUBLIC_URL is “\(typed)”, which is no origin.",
                hint: "Set it to an origin such as https://timus.example.com."
            )
        }
        return typed
    }

    private static func isOrigin(_ typed: String) -> Bool {
        guard let url = URL(string: typed) else { return false }
        return ["http", "https"].contains(url.scheme) && url.host != nil && (url.path.isEmpty || url.path == "/")
            && url.query == nil
    }
}
