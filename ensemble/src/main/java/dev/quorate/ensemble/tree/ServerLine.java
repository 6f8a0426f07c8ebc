package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One member as ZooKeeper writes it: {@code server.N=host:peerPort:electionPort[:role][;[clientHost:]clientPort]}. No
 * name is resolved: what a line means is the same on every member and at any time.
 *
 * @param id N, from 1
 * @param host where other members reach it, an IPv6 address without brackets
 * @param electionPort is only written down: elections use the peer port
 * @param observer whether it has no vote
 * @param clientHost the address that its client port listens on; empty for all, or when the line does not name it
 * @param clientPort 0 when the line does not name it
 */
public record ServerLine(int id, String host, int peerPort, int electionPort, boolean observer, String clientHost,
        int clientPort) {
    private static final int MAX_HOST_LENGTH = 255;
    private static final String FORM = "host:peerPort:electionPort[:participant|:observer][;[clientHost:]clientPort]";

    /**
     * Reads one line.
     *
     * @param key what stands before the equals sign: a number, or one behind the last dot
     * @throws BadServerLine when it is not such a line; says what it should look like
     */
    public static ServerLine parse(String key, String value) throws BadServerLine {
        int id = id(key.substring(key.lastIndexOf('.') + 1));
        String text = value.replace(" ", "");
        if (text.indexOf('|') >= 0) {
            throw new BadServerLine(
                    key + "=" + value + ": several addresses for one member are not supported, name one");
        }
        int semicolon = text.indexOf(';');
        boolean oneClient = semicolon < 0 || (text.indexOf(';', semicolon + 1) < 0 && !text.endsWith(";"));
        List<String> server = parts(semicolon < 0 ? text : text.substring(0, semicolon));
        List<String> client = semicolon < 0 ? List.of() : parts(text.substring(semicolon + 1));
        if (server.size() < 3 || server.size() > 4 || client.size() > 2 || !oneClient
                || !isHost(server.getFirst()) || (client.size() == 2 && !isHost(client.getFirst()))) {
            throw new BadServerLine(key + "=" + value + " is not understood: write " + FORM);
        }
        int peerPort = port(key, server.get(1));
        int electionPort = port(key, server.get(2));
        if (peerPort == electionPort) {
            throw new BadServerLine(key + "=" + value + ": the peer port and the election port must be different");
        }
        boolean observer = server.size() == 4 && isObserver(key, value, server.get(3));
        String clientHost = client.size() == 2 ? client.getFirst() : "";
        return new ServerLine(id, server.getFirst(), peerPort, electionPort, observer,
                isWildcard(clientHost) ? "" : clientHost, client.isEmpty() ? 0 : port(key, client.getLast()));
    }

    /** What stands after {@code server.N=}, in ZooKeeper's text; the client address is one that a client can use. */
    public String text() {
        String client = clientAddress();
        return peerText() + (client.isEmpty() ? "" : ";" + client);
    }

    /** The same without the client address. */
    public String peerText() {
        return bracketed(host) + ":" + peerPort + ":" + electionPort + (observer ? ":observer" : ":participant");
    }

    /** Where other members reach it: {@code host:port}. */
    public String peerAddress() {
        return address(host, peerPort);
    }

    /** Where clients reach it, as far as the line tells: {@code host:port}, or empty. */
    public String clientAddress() {
        return clientPort == 0 ? "" : address(clientHost.isEmpty() ? host : clientHost, clientPort);
    }

    /** Whether this member is reached over this machine's loopback only. */
    public boolean isLoopback() {
        return isLoopback(host);
    }

    /** Whether a host is this machine by its loopback, as far as its text tells. */
    public static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    public static String address(String host, int port) {
        return bracketed(host) + ":" + port;
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    private static int id(String text) throws BadServerLine {
        int id = number(text, 10);
        if (id < 1) {
            throw new BadServerLine(
                    "\"" + text + "\" is not a member's number: write one from 1 to " + Integer.MAX_VALUE);
        }
        return id;
    }

    /** The id of a member that is to leave. */
    static int leavingId(String text) throws BadServerLine {
        return id(text);
    }

    private static int port(String key, String text) throws BadServerLine {
        int port = number(text, 5);
        if (port < 1 || port > 65_535) {
            throw new BadServerLine(key + ": port " + text + " is not between 1 and 65535");
        }
        return port;
    }

    /** −1 when the text is not a number. */
    private static int number(String text, int maxDigits) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
            if (i >= maxDigits || number > Integer.MAX_VALUE) {
                return -1;
            }
        }
        return text.isEmpty() ? -1 : (int) number;
    }

    private static boolean isObserver(String key, String value, String role) throws BadServerLine {
        return switch (role.toLowerCase(Locale.ROOT)) {
            case "observer" -> true;
            case "participant" -> false;
            default -> throw new BadServerLine(
                    key + "=" + value + ": the role \"" + role + "\" is neither participant nor observer");
        };
    }

    /** What colons separate; a first part in brackets may hold colons of its own, and is given without the brackets. */
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        if (text.startsWith("[")) {
            int end = text.indexOf("]:");
            if (end < 0) {
                return List.of();
            }
            parts.add(text.substring(1, end));
            from = end + 2;
        }
        for (int colon = text.indexOf(':', from); colon >= 0; colon = text.indexOf(':', from)) {
            parts.add(text.substring(from, colon));
            from = colon + 1;
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static boolean isHost(String host) {
        boolean address = host.indexOf(':') >= 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean fits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.'
                    || c == '-' || c == '_' || (address && (c == ':' || c == '%'));
            if (!fits) {
                return false;
            }
        }
        return !host.isEmpty() && host.length() <= MAX_HOST_LENGTH;
    }

    private static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::") || host.equals("0:0:0:0:0:0:0:0");
    }
}
