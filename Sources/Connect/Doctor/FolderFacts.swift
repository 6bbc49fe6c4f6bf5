import Foundation

/// How the folder of a ``StateFolder`` stands to other users of this machine.
enum FolderFacts: Equatable, Sendable {
    case missing
    /// Another user's, or not a folder; what it is.
    case notOurs(String)
    /// Ours; whether others may enter it, and which files in it they may read or write.
    case ours(isOpen: Bool, openFiles: [String])

    /// - Parameter user: who should own it: a user id.
    static func read(_ folder: StateFolder, user: UInt32 = geteuid()) -> FolderFacts {
        var status = stat()
        // A link to a folder elsewhere is the user's own choice.
        guard stat(folder.path, &status) == 0 else {
            return errno == ENOENT ? .missing : .notOurs("it cannot be entered")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return .notOurs("it is not a folder") }
        guard status.st_uid == user else { return .notOurs("it belongs to another user") }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let open = names.filter { name in
            var status = stat()
            return lstat(folder.file(name), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                && status.st_mode & 0o077 != 0
        }
        return .ours(isOpen: status.st_mode & 0o077 != 0, openFiles: open.sorted())
    }
}

extension Finding {
    /// - Parameter path: the folder's, to name it.
    static func folder(_ facts: FolderFacts, path: String) -> Finding {
        let (id, name) = ("folder", "Folder")
        switch facts {
        case .missing: return .ok(id, name, "\(path) is not there yet; the sign-in makes it.")
        case .notOurs(let what):
            return .failed(
                id,
                name,
                "\(path) cannot be used: \(what).",
                remedy: "Give it back to yourself with chown, or name another in TIMUS_CONNECT_HOME."
            )
        case .ours(isOpen: true, _):
            return .warning(
                id,
                name,
                "Other users may enter \(path), which holds the session and the private key.",
                remedy: "Close it: chmod 700 '\(path)'."
            )
        case .ours(isOpen: false, let files) where !files.isEmpty:
            return .warning(
                id,
                name,
                "In \(path), \(files.joined(separator: ", ")) could be read by others if the folder were open.",
                remedy: "Close them: chmod 600 '\(path)'/*."
            )
        case .ours: return .ok(id, name, "Only you may enter \(path).")
        }
    }
}
