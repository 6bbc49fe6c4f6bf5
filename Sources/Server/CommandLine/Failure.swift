import ArgumentParser
import Foundation

/// How a command of `timus` ends when it does not succeed: one line on what happened, one on what to try.
enum Failure: LocalizedError {
    /// The command was understood and could not be done.
    case said(String, hint: String?)
    /// The command was wrong in itself.
    case usage(String, hint: String?)

    var errorDescription: String? {
        switch self {
        case .said(let sentence, _), .usage(let sentence, _): sentence
        }
    }

    var recoverySuggestion: String? {
        switch self {
        case .said(_, let hint), .usage(_, let hint): hint
        }
    }

    /// Prints `error` as people read it and ends the process: 0 for `--help` and `--version`, 2 for wrong use, else 1.
    static func exit(with error: any Error) -> Never {
        if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
        if let failure = error as? any LocalizedError {
            Standard.error("error: \(failure.errorDescription ?? "\(failure)")")
            if let hint = failure.recoverySuggestion { Standard.error("hint: \(hint)") }
            if case .usage? = error as? Failure { Foundation.exit(2) }
            Foundation.exit(1)
        }
        let text = Timus.fullMessage(for: error)
        guard Timus.exitCode(for: error) != .success else {
            print(text)
            Foundation.exit(0)
        }
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let first = lines.first ?? ""
        Standard.error("error: " + (first.hasPrefix("Error: ") ? String(first.dropFirst("Error: ".count)) : first))
        if let more = lines.last(where: { $0.hasPrefix("See ") }) { Standard.error("hint: \(more)") }
        Foundation.exit(Timus.exitCode(for: error) == .validationFailure ? 2 : 1)
    }
}
