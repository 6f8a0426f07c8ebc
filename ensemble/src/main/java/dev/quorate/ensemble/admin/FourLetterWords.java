package dev.quorate.ensemble.admin;

import dev.quorate.ensemble.member.Histogram;
import dev.quorate.ensemble.tree.ConfigText;
import dev.quorate.ensemble.zab.Zxid;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * ZooKeeper's four-letter words, in its own formats: its test client wants {@code stat} to begin with "Zookeeper
 * version:", others read {@code srvr} and {@code mntr} line by line.
 */
public final class FourLetterWords {
    private static final String NOT_SERVING = "This ZooKeeper instance is not currently serving requests\n";
    private static final Set<String> WORDS = Set.of("ruok", "srvr", "stat", "mntr", "conf", "isro");

    private final AskLoop loop;
    private final Supplier<Set<String>> allowed;
    private final Supplier<Map<String, String>> settings;
    private final String version;

    /**
     * @param allowed the words that are answered now; {@code *} stands for all
     * @param settings what {@code conf} tells now, in its order
     * @param version of this build, as ZooKeeper's readers expect it: {@code 3.9.5-..., built on MM/dd/yyyy HH:mm UTC}
     */
    public FourLetterWords(AskLoop loop, Supplier<Set<String>> allowed, Supplier<Map<String, String>> settings,
            String version) {
        this.loop = loop;
        this.allowed = allowed;
        this.settings = settings;
        this.version = version;
    }

    /** Answers a word, from any thread; the answer is the whole text. */
    public void answer(String word, Consumer<String> reply) {
        Set<String> listed = allowed.get();
        if (!WORDS.contains(word) || !(listed.contains(word) || listed.contains("*"))) {
            reply.accept(word + " is not executed because it is not in the whitelist.\n");
        } else {
            loop.ask(seen -> reply.accept(render(word, seen)), () -> reply.accept(NOT_SERVING));
        }
    }

    private String render(String word, Observation seen) {
        if (word.equals("ruok")) {
            return "imok";
        }
        if (!seen.serves()) {
            return NOT_SERVING;
        }
        return switch (word) {
            case "isro" -> "rw";
            case "srvr" -> server(seen, "");
            case "stat" -> server(seen, "Clients:\n\n");
            case "conf" -> conf(seen);
            default -> monitor(seen);
        };
    }

    private String server(Observation seen, String clients) {
        var traffic = seen.traffic();
        var tree = seen.status().tree();
        return "Zookeeper version: " + version + "\n" + clients
                + "Latency min/avg/max: " + String.join("/", latency(traffic.latencyNs())) + "\n"
                + "Received: " + traffic.received() + "\n"
                + "Sent: " + traffic.sent() + "\n"
                + "Connections: " + traffic.connections() + "\n"
                + "Outstanding: " + traffic.outstanding() + "\n"
                + "Zxid: " + Zxid.text(tree.appliedZxid()) + "\n"
                + "Mode: " + seen.mode() + "\n"
                + "Node count: " + tree.znodes() + "\n";
    }

    private String conf(Observation seen) {
        var text = new StringBuilder();
        settings.get().forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.append("membership: \n").append(ConfigText.of(seen.status().membership().configuration()))
                .append('\n').toString();
    }

    private String monitor(Observation seen) {
        var text = new StringBuilder();
        var latency = latency(seen.traffic().latencyNs());
        var tree = seen.status().tree();
        line(text, "version", version);
        line(text, "server_state", seen.mode());
        line(text, "peer_state", peerState(seen));
        line(text, "min_latency", latency[0]);
        line(text, "avg_latency", latency[1]);
        line(text, "max_latency", latency[2]);
        line(text, "packets_received", seen.traffic().received());
        line(text, "packets_sent", seen.traffic().sent());
        line(text, "num_alive_connections", seen.traffic().connections());
        line(text, "outstanding_requests", seen.traffic().outstanding());
        line(text, "znode_count", tree.znodes());
        line(text, "watch_count", tree.watches());
        line(text, "ephemerals_count", tree.ephemerals());
        line(text, "approximate_data_size", tree.dataBytes());
        line(text, "global_sessions", tree.sessions());
        line(text, "uptime", seen.status().identity().uptimeMs());
        line(text, "quorum_size", seen.status().membership().voters().size());
        if (seen.role().equals("leader")) {
            leader(seen, text);
        }
        return text.toString();
    }

    private static void leader(Observation seen, StringBuilder text) {
        var learners = seen.status().peer().learners();
        line(text, "learners", learners.size());
        line(text, "synced_followers", learners.stream().filter(one -> one.inSync() && one.voter()).count());
        line(text, "synced_observers", learners.stream().filter(one -> one.inSync() && !one.voter()).count());
        line(text, "pending_syncs", learners.stream().filter(one -> !one.inSync()).count());
    }

    private static String peerState(Observation seen) {
        return switch (seen.status().peer().role()) {
            case LEADING -> "leading - broadcast";
            case FOLLOWING -> "following - broadcast";
            case OBSERVING -> "observing - broadcast";
            case FOUNDING, LOOKING, STOPPED -> "looking";
        };
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append("zk_").append(name).append('\t').append(value).append('\n');
    }

    /** Minimum, mean and maximum in milliseconds; ZooKeeper's readers want whole ones at both ends. */
    private static String[] latency(Histogram latencyNs) {
        long count = latencyNs.count();
        double meanMs = count == 0 ? 0 : latencyNs.sum() / 1e6 / count;
        return new String[]{Long.toString(latencyNs.min() / 1_000_000), String.format(Locale.ROOT, "%.4f", meanMs),
                Long.toString(latencyNs.max() / 1_000_000)};
    }
}
