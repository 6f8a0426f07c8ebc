package dev.quorate.ensemble.admin;

import dev.quorate.ensemble.member.Histogram;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /metrics}: Prometheus text, under ZooKeeper's names where its dashboards use them. Labels are bounded by
 * the number of members. Values are read when they are asked for; nothing is counted for metrics alone.
 */
public final class Metrics {
    static final String CONTENT_TYPE = TextFormat.CONTENT_TYPE_004;

    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999};
    private static final double NS_PER_MS = 1e6;

    private final Map<String, Histogram> timings = new LinkedHashMap<>();
    private @Nullable CollectorRegistry jvm;

    /**
     * Adds a summary of how long something takes.
     *
     * @param name of the metric, which is in milliseconds as ZooKeeper's are
     * @param ns in nanoseconds
     */
    public void addTiming(String name, Histogram ns) {
        timings.put(name, ns);
    }

    String render(Observation seen) {
        var text = new StringWriter();
        try {
            TextFormat.write004(text, Collections.enumeration(member(seen)));
            TextFormat.write004(text, jvm().metricFamilySamples());
        } catch (IOException impossible) {
            throw new UncheckedIOException("a string writer does not fail", impossible);
        }
        return text.toString();
    }

    /** The JVM's collectors load a good part of it, so they wait for the first who asks. */
    private synchronized CollectorRegistry jvm() {
        var registry = jvm;
        if (registry == null) {
            registry = new CollectorRegistry();
            DefaultExports.register(registry);
            jvm = registry;
        }
        return registry;
    }

    private List<MetricFamilySamples> member(Observation seen) {
        var families = new ArrayList<MetricFamilySamples>();
        protocol(seen, families);
        learners(seen, families);
        data(seen, families);
        traffic(seen.traffic(), families);
        timings.forEach((name, histogram) -> families.add(summary(name, histogram)));
        families.add(summary("request_latency_ms", seen.traffic().latencyNs()));
        return families;
    }

    private static void protocol(Observation seen, List<MetricFamilySamples> families) {
        var peer = seen.status().peer();
        var roles = new ArrayList<Sample>();
        for (var role : List.of("leader", "follower", "observer", "looking", "founding", "stopped")) {
            roles.add(new Sample("role", List.of("role"), List.of(role), role.equals(seen.role()) ? 1 : 0));
        }
        families.add(
                new MetricFamilySamples("role", Collector.Type.GAUGE, "1 for the role that this member has.", roles));
        families.add(gauge("leader_id", "The leader that this member knows; 0 for none.", peer.leader()));
        families.add(gauge("epoch", "The epoch of this member's history.", peer.epoch()));
        families.add(gauge("in_sync", "1 while this member serves as part of a quorum.", peer.inSync() ? 1 : 0));
        families.add(gauge("quorum_size", "Voters.", seen.status().membership().voters().size()));
        families.add(gauge("last_logged_zxid", "The end of the history.", peer.lastLoggedZxid()));
        families.add(gauge("committed_zxid", "The last committed entry.", peer.committedZxid()));
        families.add(gauge("last_applied_zxid", "The last entry in the tree.", seen.status().tree().appliedZxid()));
        families.add(counter("elections", "Elections that this process went through.", peer.elections()));
        families.add(counter("looking_count", "The same under ZooKeeper's name.", peer.elections()));
    }

    private static void learners(Observation seen, List<MetricFamilySamples> families) {
        var learners = seen.status().peer().learners();
        var lag = new ArrayList<Sample>();
        var inSync = new ArrayList<Sample>();
        for (var learner : learners) {
            var labels = List.of(Integer.toString(learner.id()));
            lag.add(new Sample("learner_lag", List.of("id"), labels, (double) StatusPage.lag(seen, learner)));
            inSync.add(new Sample("learner_in_sync", List.of("id"), labels, learner.inSync() ? 1 : 0));
        }
        families.add(new MetricFamilySamples("learner_lag", Collector.Type.GAUGE,
                "Entries that a learner has not acknowledged; leader only.", lag));
        families.add(new MetricFamilySamples("learner_in_sync", Collector.Type.GAUGE,
                "1 for a learner that takes part in the broadcast; leader only.", inSync));
        families.add(gauge("learners", "Learners of this leader.", learners.size()));
        families.add(gauge("synced_followers", "Voting learners in sync with this leader.",
                learners.stream().filter(one -> one.inSync() && one.voter()).count()));
        families.add(gauge("synced_observers", "Observers in sync with this leader.",
                learners.stream().filter(one -> one.inSync() && !one.voter()).count()));
    }

    private static void data(Observation seen, List<MetricFamilySamples> families) {
        var tree = seen.status().tree();
        var work = seen.status().work();
        families.add(gauge("znode_count", "Znodes.", tree.znodes()));
        families.add(gauge("watch_count", "Watches of this member's clients.", tree.watches()));
        families.add(gauge("ephemerals_count", "Ephemeral znodes.", tree.ephemerals()));
        families.add(gauge("approximate_data_size", "Bytes of paths and data, about.", tree.dataBytes()));
        families.add(gauge("global_sessions", "Sessions of the ensemble.", tree.sessions()));
        families.add(gauge("uptime", "Milliseconds since the start.", seen.status().identity().uptimeMs()));
        families.add(counter("proposal_count", "Entries ordered by this member as leader.", work.proposals()));
        families.add(counter("commit_count", "Entries applied.", work.commits()));
        families.add(counter("apply_time_ms", "Milliseconds spent applying.", work.applyNs() / NS_PER_MS));
        families.add(counter("snapshots_taken", "Snapshots taken.", work.snapshots()));
        families.add(gauge("snapshottime", "Milliseconds that the last snapshot took.", work.snapshotMs()));
        var disk = seen.status().disk();
        families.add(gauge("disk_usable_bytes", "Room that is left on the disk.", disk.usableBytes()));
        families.add(gauge("disk_short", "1 while less than the reserve is left.", disk.isShort() ? 1 : 0));
        families.add(gauge("writes_refused", "1 while writes that grow the data are refused: no quorum has room.",
                disk.refusing() ? 1 : 0));
        families.add(gauge("log_queue_bytes", "What waits to be written to the disk.", disk.queuedBytes()));
        families.add(counter("stale_sessions_expired", "Sessions ended because their client fell silent.",
                work.sessionsExpired()));
    }

    private static void traffic(Observation.Traffic traffic, List<MetricFamilySamples> families) {
        var latency = traffic.latencyNs();
        long count = latency.count();
        families.add(gauge("num_alive_connections", "Client connections.", traffic.connections()));
        families.add(gauge("outstanding_requests", "Requests not answered yet.", traffic.outstanding()));
        families.add(counter("packets_received", "Requests.", traffic.received()));
        families.add(counter("packets_sent", "Replies and watch events.", traffic.sent()));
        families.add(counter("connection_rejected", "Connections refused by a limit.", traffic.rejected()));
        families.add(counter("malformed_requests", "Connections closed because of bytes that are no request.",
                traffic.malformed()));
        families.add(counter("large_requests_rejected", "Connections closed because of a request above the limit.",
                traffic.tooLarge()));
        families.add(counter("slow_clients_closed", "Connections closed because their client did not read.",
                traffic.slowClosed()));
        families.add(gauge("min_latency", "Milliseconds.", latency.min() / NS_PER_MS));
        families.add(gauge("avg_latency", "Milliseconds.", count == 0 ? 0 : latency.sum() / NS_PER_MS / count));
        families.add(gauge("max_latency", "Milliseconds.", latency.max() / NS_PER_MS));
    }

    private static MetricFamilySamples summary(String name, Histogram ns) {
        var samples = new ArrayList<Sample>();
        for (double quantile : QUANTILES) {
            samples.add(new Sample(name, List.of("quantile"), List.of(Collector.doubleToGoString(quantile)),
                    ns.quantile(quantile) / NS_PER_MS));
        }
        samples.add(new Sample(name + "_count", List.of(), List.of(), (double) ns.count()));
        samples.add(new Sample(name + "_sum", List.of(), List.of(), ns.sum() / NS_PER_MS));
        return new MetricFamilySamples(name, Collector.Type.SUMMARY, "Milliseconds, since the start.", samples);
    }

    private static MetricFamilySamples gauge(String name, String help, long value) {
        return gauge(name, help, (double) value);
    }

    private static MetricFamilySamples counter(String name, String help, long value) {
        return counter(name, help, (double) value);
    }

    private static MetricFamilySamples gauge(String name, String help, double value) {
        return new MetricFamilySamples(name, Collector.Type.GAUGE, help,
                List.of(new Sample(name, List.of(), List.of(), value)));
    }

    /** Under its plain name, as ZooKeeper has it, without the suffix that a counter type would add. */
    private static MetricFamilySamples counter(String name, String help, double value) {
        return new MetricFamilySamples(name, Collector.Type.UNKNOWN, help,
                List.of(new Sample(name, List.of(), List.of(), value)));
    }
}
