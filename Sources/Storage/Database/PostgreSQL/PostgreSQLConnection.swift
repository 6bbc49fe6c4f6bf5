import CLibPQ
import Foundation
import Glibc

/// One connection to a PostgreSQL server.
///
/// `@unchecked Sendable`: libpq's connection may be used by any thread, by one at a time. ``PostgreSQLPool`` takes a
/// connection out of its list under a lock before it is used and puts it back afterwards, so it has one user, and the
/// lock orders what one user wrote before what the next reads.
final class PostgreSQLConnection: @unchecked Sendable {
    let handle: OpaquePointer
    /// SQLSTATE of the last statement that failed.
    private var lastFailure = ""
    /// libpq failed where the server said nothing. Its own status tells of it only at the next statement where the server
    /// was gone before the first byte was written.
    var hasLostServer = false
    var prepared = PostgreSQLStatements()

    init(location: String) throws(StoreError) {
        let shown = Self.withoutPassword(location)
        guard let handle = PQconnectdb(location) else {
            throw .cannotOpen(location: shown, cause: "there is no memory for it", remedy: "Free memory.")
        }
        self.handle = handle
        guard PQstatus(handle) == CONNECTION_OK, PQsetClientEncoding(handle, "UTF8") == 0 else {
            // The message names the server and the user, never the password.
            let cause = String(cString: PQerrorMessage(handle)).onOneLine
            throw .cannotOpen(
                location: shown,
                cause: cause,
                remedy: "See that the server runs, that the database is there and that its user may use it."
            )
        }
        guard serverVersion >= 150_000 else {
            let version = serverVersion / 10_000
            throw .cannotOpen(
                location: shown,
                cause: "the server is PostgreSQL \(version)",
                remedy: "Use PostgreSQL 15 or later."
            )
        }
        // A warning goes to standard error by default, which belongs to the program.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        // Our statements are short: compiling one takes longer than running it.
        try run("SET jit = off")
    }

    deinit {
        PQfinish(handle)
    }

    var isBroken: Bool { hasLostServer || PQstatus(handle) != CONNECTION_OK }
    var isIdle: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }
    /// For example 150018.
    private var serverVersion: Int { Int(PQserverVersion(handle)) }

    /// Whether the last failure was a deadlock, a conflict of two transactions or a table that changed its form, so that
    /// trying again may succeed.
    var lastFailureUndoesTransaction: Bool { ["40001", "40P01", Self.staleStatement].contains(lastFailure) }

    /// The table behind a prepared statement has another form now (`cached plan must not change result type`).
    private static let staleStatement = "0A000"

    /// Whether the last failure tells that what was prepared does not fit any more, or is not there (`26000`).
    var lastFailureEndsStatements: Bool { [Self.staleStatement, "26000"].contains(lastFailure) }

    /// Starts a transaction.
    func begin(_ begin: PostgreSQLBegin) throws(StoreError) {
        lastFailure = ""
        try command(begin.command(quoted))
    }

    /// Runs statements without values, whose rows are of no interest.
    func command(_ text: String) throws(StoreError) {
        _ = try checked(PQexec(handle, text))
    }

    @discardableResult
    func run(_ sql: SQL) throws(StoreError) -> Int {
        try execute(sql).changedRows
    }

    /// Runs one statement with its values. One that comes again is prepared, since to plan it takes the server longer than to
    /// run it.
    func execute(_ sql: SQL) throws(StoreError) -> PostgreSQLResult {
        switch prepared.use(of: sql.text) {
        case .once: return try execute(sql.text, sql.values)
        case .again(let name):
            _ = try checked(
                PQprepare(handle, name, sql.text, Int32(sql.values.count), sql.values.map(\.type))
            )
            prepared.keep(sql.text)
            return try execute(prepared: name, sql.values)
        case .prepared(let name): return try execute(prepared: name, sql.values)
        }
    }

    /// Runs one statement with its values. Each value is given the type of its column, so that the server never has to
    /// guess.
    func execute(_ text: String, _ values: [SQLValue]) throws(StoreError) -> PostgreSQLResult {
        try checked(
            values.withTexts { PQexecParams(handle, text, Int32(values.count), values.map(\.type), $0, nil, nil, 0) }
        )
    }

    private func execute(prepared name: String, _ values: [SQLValue]) throws(StoreError) -> PostgreSQLResult {
        do {
            return try checked(
                values.withTexts { PQexecPrepared(handle, name, Int32(values.count), $0, nil, nil, 0) }
            )
        } catch {
            if lastFailureEndsStatements { prepared.forget() }
            throw error
        }
    }

    private func quoted(_ text: String) throws(StoreError) -> String {
        guard let quoted = PQescapeLiteral(handle, text, text.utf8.count) else { throw failure(nil) }
        defer { PQfreemem(quoted) }
        return String(cString: quoted)
    }

    /// Sends rows to `COPY … FROM STDIN`, in PostgreSQL's text format.
    func copy(_ statement: String, _ rows: any Sequence<[SQLValue]>) throws(StoreError) {
        _ = try checked(PQexec(handle, statement))
        var buffer: [UInt8] = []
        for row in rows {
            for (place, value) in row.enumerated() {
                if place > 0 { buffer.append(UInt8(ascii: "\t")) }
                buffer.appendForCopy(value.text)
            }
            buffer.append(UInt8(ascii: "\n"))
            if buffer.count > 1 << 16 {
                try send(buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try send(buffer)
        guard PQputCopyEnd(handle, nil) == 1 else { throw failure(nil) }
        _ = try checked(PQgetResult(handle))
        while let rest = PQgetResult(handle) { PQclear(rest) }
    }

    /// Waits until the server notified, or that time is over; false where the connection broke.
    func waitForNotification(milliseconds: Int32) -> Bool {
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard socket.fd >= 0, poll(&socket, 1, milliseconds) >= 0 || errno == EINTR, PQconsumeInput(handle) == 1 else {
            return false
        }
        while let notification = PQnotifies(handle) { PQfreemem(notification) }
        return !isBroken
    }

    private func send(_ buffer: [UInt8]) throws(StoreError) {
        let sent = buffer.withUnsafeBytes { bytes in
            PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        guard sent == 1 else { throw failure(nil) }
    }

    func checked(_ result: OpaquePointer?) throws(StoreError) -> PostgreSQLResult {
        guard let result else { throw failure(nil) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN: return PostgreSQLResult(result)
        default:
            defer { PQclear(result) }
            throw failure(result)
        }
    }

    private func failure(_ result: OpaquePointer?) -> StoreError {
        lastFailure = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        if lastFailure.isEmpty { hasLostServer = true }
        let message = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
        return StoreError(
            sqlState: lastFailure,
            message: message ?? String(cString: PQerrorMessage(handle)).onOneLine
        )
    }

    /// The address as it may be shown: `postgresql://timus:••••@db/timus`.
    static func withoutPassword(_ location: String) -> String {
        guard let at = location.lastIndex(of: "@"), let scheme = location.range(of: "://"),
            scheme.upperBound < at,
            let colon = location[scheme.upperBound..<at].firstIndex(of: ":")
        else { return location }
        return location[...colon] + "••••" + location[at...]
    }
}

extension StoreError {
    /// The failure of a statement by its SQLSTATE (PostgreSQL, appendix A); empty where the connection broke.
    fileprivate init(sqlState: String, message: String) {
        switch (sqlState, sqlState.prefix(2)) {
        case ("23505", _): self = .alreadyExists("There is already such an entry (\(message)).")
        case ("23503", _): self = .notFound("What this refers to is not there (\(message)).")
        case (_, "23"): self = .conflict("What was to be kept breaks a rule of the database (\(message)).")
        case ("25006", _): self = .cannotWrite("the server takes no writes at the moment")
        case ("53100", _): self = .cannotWrite("the server's disk is full")
        case ("42501", _): self = .cannotWrite("the database's user may not do this (\(message))")
        case (_, "42"), (_, "22"): self = .unreadable("The server refused a statement (\(message)).")
        default: self = .unavailable(message)
        }
    }
}

extension SQLValue {
    /// PostgreSQL's number of the column type.
    var type: Oid {
        switch self {
        case .text: 25
        case .integer: 20
        case .boolean: 16
        }
    }

    /// PostgreSQL's text form; nil for `NULL`.
    fileprivate var text: String? {
        switch self {
        case .text(let text): text
        case .integer(let number): number.map { String($0) }
        case .boolean(let flag): flag.map { $0 ? "t" : "f" }
        }
    }
}

extension [SQLValue] {
    /// Hands the values to libpq as texts.
    func withTexts<Answer>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Answer) -> Answer {
        var texts: [UnsafeMutablePointer<CChar>?] = map { $0.text.flatMap { strdup($0) } }
        defer { texts.forEach { free($0) } }
        return texts.withUnsafeMutableBufferPointer { buffer in
            buffer.withMemoryRebound(to: UnsafePointer<CChar>?.self) { body($0.baseAddress.map { UnsafePointer($0) }) }
        }
    }
}

extension [UInt8] {
    /// A field of `COPY`: a backslash stands before what would end it, and `\N` is `NULL`.
    fileprivate mutating func appendForCopy(_ text: String?) {
        guard let text else {
            append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "N")])
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "\\")])
            case UInt8(ascii: "\n"): append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case UInt8(ascii: "\r"): append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
            case UInt8(ascii: "\t"): append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            default: append(byte)
            }
        }
    }
}

extension String {
    fileprivate var onOneLine: String {
        split(whereSeparator: \.isNewline).joined(separator: " ").trimmingCharacters(in: .whitespaces)
    }
}
