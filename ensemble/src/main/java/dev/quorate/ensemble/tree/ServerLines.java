package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of a configuration as a {@code reconfig} request names them: all of them, or the difference to the
 * present ones.
 */
public final class ServerLines {
    private ServerLines() {}

    /**
     * The members that a list names: lines {@code server.N=...}, separated by commas or line ends; a line {@code
     * version=...} is allowed and means nothing, so that the text of {@code /zookeeper/config} can be sent back.
     *
     * @return ascending by id
     * @throws BadServerLine when it is not such a list
     */
    public static List<ServerLine> all(String newMembers) throws BadServerLine {
        TreeMap<Integer, ServerLine> members = new TreeMap<>();
        for (String line : split(newMembers.replace('\r', ',').replace('\n', ','))) {
            int equals = line.indexOf('=');
            String key = equals < 0 ? line : line.substring(0, equals).strip();
            if (equals < 0 || !(key.startsWith("server.") || key.equals("version"))) {
                throw new BadServerLine(line + " is not understood: write server.N=... for each member");
            }
            if (key.startsWith("server.")) {
                ServerLine member = ServerLine.parse(key, line.substring(equals + 1));
                if (members.put(member.id(), member) != null) {
                    throw new BadServerLine("server." + member.id() + " is there twice");
                }
            }
        }
        return checked(List.copyOf(members.values()));
    }

    /**
     * The present members without those that leave and with those that join. Who joins under the number of a present
     * member takes its place: that is how a role or an address is changed.
     *
     * @param joining lines {@code server.N=...} with a client port, separated by commas; null for none
     * @param leaving numbers, separated by commas; null for none; who is not there need not leave
     * @return ascending by id
     * @throws BadServerLine when the texts are not such lists
     */
    public static List<ServerLine> changed(List<ServerLine> present, @Nullable String joining, @Nullable String leaving)
            throws BadServerLine {
        TreeMap<Integer, ServerLine> members = new TreeMap<>();
        for (ServerLine member : present) {
            members.put(member.id(), member);
        }
        for (String id : split(leaving == null ? "" : leaving)) {
            members.remove(ServerLine.leavingId(id));
        }
        for (String line : split(joining == null ? "" : joining)) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new BadServerLine(line + " is not understood: write server.N=... for each member that joins");
            }
            ServerLine member = ServerLine.parse(line.substring(0, equals).strip(), line.substring(equals + 1));
            if (member.clientPort() == 0) {
                throw new BadServerLine(line + " names no client port: add ;clientPort");
            }
            members.put(member.id(), member);
        }
        return checked(List.copyOf(members.values()));
    }

    /** The lines as {@code /zookeeper/config} shows them, each with its end; without {@code version=}. */
    public static String text(List<ServerLine> members) {
        StringBuilder text = new StringBuilder();
        for (ServerLine member : members) {
            text.append("server.").append(member.id()).append('=').append(member.text()).append('\n');
        }
        return text.toString();
    }

    private static List<ServerLine> checked(List<ServerLine> members) throws BadServerLine {
        TreeSet<String> addresses = new TreeSet<>();
        boolean voter = false;
        for (ServerLine member : members) {
            voter |= !member.observer();
            boolean own = addresses.add(member.peerAddress())
                    && (member.clientPort() == 0 || addresses.add(member.clientAddress()));
            if (!own) {
                throw new BadServerLine("server." + member.id() + "=" + member.text()
                        + " has the address of another member: each needs its own");
            }
        }
        if (!voter) {
            throw new BadServerLine("no participant would be left: an ensemble needs at least one");
        }
        return members;
    }

    private static List<String> split(String list) {
        List<String> items = new ArrayList<>();
        for (String item : list.split(",")) {
            if (!item.isBlank()) {
                items.add(item.strip());
            }
        }
        return items;
    }
}
