package dev.quorate.ensemble;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line {@code server.N=host:peer:election[:role][;[clientHost:]clientPort]}.
 *
 * @param id N
 * @param host where other members reach it; a name is resolved anew for each connection
 * @param electionPort is only written down: elections use the peer port
 * @param observer whether it has no vote
 * @param clientHost the address that its client port listens on; null for all
 * @param clientPort 0 when the line does not name it
 */
record ServerSpec(int id, String host, int peerPort, int electionPort, boolean observer, @Nullable String clientHost,
        int clientPort) {
    private static final String HOST = "(\\[[0-9a-fA-F:.%]+\\]|[A-Za-z0-9._-]+)";
    private static final Pattern LINE = Pattern.compile(HOST + ":(\\d{1,5}):(\\d{1,5})(?::(\\w+))?"
            + "(?:;(?:" + HOST + ":)?(\\d{1,5}))?");

    /** @throws ConfigException when the line is not one; says what it should look like */
    static ServerSpec parse(String key, String value) throws ConfigException {
        var line = LINE.matcher(value.replace(" ", ""));
        int id = id(key);
        if (value.contains("|")) {
            throw new ConfigException(
                    key + "=" + value + ": several addresses for one member are not supported, name one");
        }
        if (!line.matches()) {
            throw new ConfigException(key + "=" + value
                    + " is not understood: write host:peerPort:electionPort[:participant|:observer][;[clientHost:]clientPort]");
        }
        var role = line.group(4) == null ? "participant" : line.group(4);
        if (!role.equals("participant") && !role.equals("observer")) {
            throw new ConfigException(
                    key + "=" + value + ": the role \"" + role + "\" is neither participant nor observer");
        }
        return new ServerSpec(id, bare(line.group(1)), port(key, line.group(2)), port(key, line.group(3)),
                role.equals("observer"), line.group(5) == null ? null : bare(line.group(5)),
                line.group(6) == null ? 0 : port(key, line.group(6)));
    }

    /** Whether this member is reached over this machine's loopback only. */
    boolean isLoopback() {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** The line without its key and client address: {@code host:peerPort:electionPort:role}. */
    String peerText() {
        return bracketed(host) + ":" + peerPort + ":" + electionPort + (observer ? ":observer" : ":participant");
    }

    /** Where clients reach it, as far as the line tells: {@code host:port}, or empty. */
    String clientAddress() {
        boolean wildcard = clientHost == null || clientHost.equals("0.0.0.0") || clientHost.equals("::");
        return clientPort == 0 ? "" : address(wildcard || clientHost == null ? host : clientHost, clientPort);
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    static String address(String host, int port) {
        return bracketed(host) + ":" + port;
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static int id(String key) throws ConfigException {
        try {
            int id = Integer.parseInt(key.substring("server.".length()));
            if (id > 0) {
                return id;
            }
        } catch (NumberFormatException notANumber) {
            // told below, like a number that is not positive
        }
        throw new ConfigException(key + ": a member's id must be a number from 1 to " + Integer.MAX_VALUE);
    }

    private static int port(String key, String text) throws ConfigException {
        int port = Integer.parseInt(text);
        if (port < 1 || port > 65_535) {
            throw new ConfigException(key + ": port " + port + " is not between 1 and 65535");
        }
        return port;
    }
}
