/// The `Link` header of RFC 8288, as far as paging needs it.
enum Link {
    /// The target with `rel="next"`; header lines and comma-separated values are read alike.
    static func next(in lines: [String]) -> String? {
        for line in lines {
            for (target, parameters) in links(in: line) where parameters.contains(where: isNext) {
                return target
            }
        }
        return nil
    }

    private static func links(in line: String) -> [(target: String, parameters: [Substring])] {
        var links: [(String, [Substring])] = []
        var rest = line[...]
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            let target = String(rest[rest.index(after: open)..<close])
            rest = rest[rest.index(after: close)...]
            let parameters = rest[..<endOfParameters(in: rest)]
            links.append((target, parameters.split(separator: ";")))
            rest = rest[parameters.endIndex...]
        }
        return links
    }

    /// The first comma outside quotation marks, or the end.
    private static func endOfParameters(in text: Substring) -> Substring.Index {
        var isQuoted = false
        return text.firstIndex { character in
            if character == "\"" { isQuoted.toggle() }
            return character == "," && !isQuoted
        } ?? text.endIndex
    }

    private static func isNext(_ parameter: Substring) -> Bool {
        let text = parameter.filter { $0 != " " && $0 != "\"" && $0 != "\t" }.lowercased()
        return text == "rel=next"
    }
}
