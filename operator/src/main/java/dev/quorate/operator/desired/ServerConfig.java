package dev.quorate.operator.desired;

import dev.quorate.crds.EnsembleSpec;
import java.util.List;
import java.util.TreeMap;

/** The text of zoo.cfg, one for all members of an ensemble. */
final class ServerConfig {
    static final int CLIENT_PORT = 2181;
    static final int PEER_PORT = 2888;

    /** Written because the format wants it; members do not listen on it. */
    static final int ELECTION_PORT = 3888;

    static final int ADMIN_PORT = 8080;
    static final String CONFIG_FILE = "/etc/quorate/zoo.cfg";
    static final String CREDENTIALS_DIRECTORY = "/etc/quorate/credentials";
    static final String DATA_DIRECTORY = "/data";

    private ServerConfig() {}

    static String text(Names names, EnsembleSpec spec, List<Integer> seeds) {
        var text = new StringBuilder("# Written by the operator. Change spec.config of the Ensemble instead.\n");
        line(text, "dataDir", DATA_DIRECTORY);
        line(text, "clientPort", CLIENT_PORT);
        line(text, "admin.serverPort", ADMIN_PORT);
        line(text, "quorate.peerKeyFile", CREDENTIALS_DIRECTORY + "/" + Credentials.PEER_KEY);
        line(text, "quorate.adminTokenFile", CREDENTIALS_DIRECTORY + "/" + Credentials.ADMIN_TOKEN);
        var config = spec.config();
        if (config != null) {
            new TreeMap<>(config).forEach((key, value) -> line(text, key, value));
        }
        for (int id : seeds) {
            line(text, "server." + id, address(names, id) + ";" + CLIENT_PORT);
        }
        return text.toString();
    }

    /** As a change of the configuration names a member. */
    static String memberLine(Names names, int id, boolean voter) {
        return "server." + id + "=" + address(names, id) + (voter ? ":participant;" : ":observer;") + CLIENT_PORT;
    }

    private static String address(Names names, int id) {
        return names.host(id) + ":" + PEER_PORT + ":" + ELECTION_PORT;
    }

    private static void line(StringBuilder text, String key, Object value) {
        text.append(key).append('=').append(value).append('\n');
    }
}
