package dev.quorate.e2e.failpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The members of a model ensemble: one configuration, changed at once, as the admin port shows it. */
final class ModelMembers {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of the build that all of them run. */
    static final int SUPPORTED_LEVEL = 3;

    private final SortedSet<Integer> voters = new TreeSet<>();
    private final SortedSet<Integer> observers = new TreeSet<>();
    private final Set<Integer> running = new TreeSet<>();
    private final List<String> losses = new ArrayList<>();
    private int highestId;
    private long version;
    private int level = 1;
    private int leader;

    /** What a command is answered. */
    record Answer(int code, String body) {}

    synchronized void found(int members) {
        for (int id = 1; id <= members; id++) {
            voters.add(id);
        }
        highestId = members;
        version = 1;
    }

    synchronized Set<Integer> voters() {
        return Set.copyOf(voters);
    }

    /** Each time that a founded ensemble had no quorum. */
    synchronized List<String> losses() {
        return List.copyOf(losses);
    }

    synchronized void running(Collection<Integer> ids) {
        running.clear();
        running.addAll(ids);
        if (!voters.isEmpty() && !hasQuorum()) {
            losses.add(voters + " vote, " + running + " run");
        }
        if (!running.contains(leader) || !voters.contains(leader)) {
            leader = voters.stream().filter(running::contains).findFirst().orElse(0);
        }
    }

    private boolean hasQuorum() {
        return voters.stream().filter(running::contains).count() > voters.size() / 2;
    }

    synchronized Answer handOver(int asked) {
        if (asked != leader) {
            return new Answer(409, "{\"error\":\"this member does not lead\"}");
        }
        leader = voters.stream().filter(id -> id != asked && running.contains(id)).findFirst().orElse(asked);
        return new Answer(202, "{}");
    }

    synchronized int level() {
        return level;
    }

    synchronized Answer raiseLevel(String body) {
        int asked = parse(body).path("level").asInt();
        if (asked != level + 1 || asked > SUPPORTED_LEVEL) {
            return new Answer(400, "{\"error\":\"the level is " + level + "\"}");
        }
        level = asked;
        version++;
        return new Answer(200, "{}");
    }

    synchronized Answer reconfig(String body) {
        JsonNode asked = parse(body);
        if (Long.parseLong(asked.path("fromVersion").asText().substring(2), 16) != version) {
            return new Answer(409, "{\"error\":\"the members were changed in between\"}");
        }
        var nextVoters = new TreeSet<>(voters);
        var nextObservers = new TreeSet<>(observers);
        for (JsonNode line : asked.path("add")) {
            var text = line.asText();
            int id = Integer.parseInt(text.substring("server.".length(), text.indexOf('=')));
            boolean given = id <= highestId && !voters.contains(id) && !observers.contains(id);
            if (given || !running.contains(id)) {
                return new Answer(400, "{\"error\":\"number " + id + " can't be a member\"}");
            }
            (text.contains(":observer") ? nextObservers : nextVoters).add(id);
            (text.contains(":observer") ? nextVoters : nextObservers).remove(id);
        }
        asked.path("remove").forEach(id -> {
            nextVoters.remove(id.asInt());
            nextObservers.remove(id.asInt());
        });
        voters.clear();
        voters.addAll(nextVoters);
        observers.clear();
        observers.addAll(nextObservers);
        highestId = Math.max(highestId, Math.max(voters.last(), observers.isEmpty() ? 0 : observers.last()));
        version++;
        return new Answer(200, "{}");
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(body, e);
        }
    }

    /** As {@code /v1/status} shows it. */
    synchronized String status(int id, String cluster, boolean hasData) {
        boolean member = voters.contains(id) || observers.contains(id);
        boolean inSync = hasData && hasQuorum() && (member || id > highestId);
        var role = !hasData ? "founding" : !inSync ? "looking" : id == leader ? "leader" : "follower";
        return """
                {"apiVersion":"v1","version":"model","id":%d,"clusterId":"%s","role":"%s","epoch":1,"leader":%d,
                "level":%d,"supportedLevel":%d,"configVersion":"0x%x","highestId":%d,"voters":%s,"observers":%s,"change":null,"founded":%b,
                "inSync":%b,"stayOutReason":null}"""
                .formatted(id, cluster, role, inSync ? leader : 0, level,
                        SUPPORTED_LEVEL, version, highestId, voters, observers, hasData,
                        inSync);
    }
}
