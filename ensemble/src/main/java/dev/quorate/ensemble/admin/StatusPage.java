package dev.quorate.ensemble.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.PeerView.LearnerView;
import dev.quorate.ensemble.zab.Zxid;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * {@code GET /v1/status}: one JSON object, on which the operator relies. Zxids are hex strings, since JSON numbers are
 * too short.
 */
final class StatusPage {
    private static final JsonFactory JSON = new JsonFactory();

    private final String version;
    private final int supportedLevel;
    private final Supplier<SortedMap<String, String>> settings;

    StatusPage(String version, int supportedLevel, Supplier<SortedMap<String, String>> settings) {
        this.version = version;
        this.supportedLevel = supportedLevel;
        this.settings = settings;
    }

    String render(Observation seen) {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            identity(seen, json);
            protocol(seen, json);
            data(seen, json);
            settings(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a string writer does not fail", impossible);
        }
        return text.append('\n').toString();
    }

    private void identity(Observation seen, JsonGenerator json) throws IOException {
        var who = seen.status().identity();
        json.writeStringField("apiVersion", "v1");
        json.writeStringField("version", version);
        json.writeNumberField("id", who.id());
        json.writeStringField("clusterId", who.clusterId());
        json.writeStringField("incarnation", Long.toHexString(who.incarnation()));
        json.writeNumberField("boot", who.boot());
        json.writeNumberField("level", seen.status().membership().level());
        json.writeNumberField("supportedLevel", supportedLevel);
    }

    private static void protocol(Observation seen, JsonGenerator json) throws IOException {
        var peer = seen.status().peer();
        var membership = seen.status().membership();
        json.writeStringField("role", seen.role());
        json.writeNumberField("epoch", peer.epoch());
        json.writeNumberField("leader", peer.leader());
        json.writeStringField("lastLoggedZxid", Zxid.text(peer.lastLoggedZxid()));
        json.writeStringField("committedZxid", Zxid.text(peer.committedZxid()));
        json.writeStringField("appliedZxid", Zxid.text(seen.status().tree().appliedZxid()));
        json.writeStringField("configVersion", Zxid.text(membership.configVersion()));
        json.writeNumberField("highestId", membership.configuration().highestId());
        numbers("voters", membership.voters(), json);
        numbers("observers", membership.observers(), json);
        members(seen, json);
        json.writeArrayFieldStart("learners");
        for (var learner : peer.learners()) {
            json.writeStartObject();
            json.writeNumberField("id", learner.id());
            json.writeStringField("incarnation", Long.toHexString(learner.incarnation()));
            json.writeBooleanField("inSync", learner.inSync());
            json.writeNumberField("lag", lag(seen, learner));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The committed members, and what they are to be while a change is under way. */
    private static void members(Observation seen, JsonGenerator json) throws IOException {
        var membership = seen.status().membership();
        json.writeFieldName("members");
        members(membership.configuration().members(), json);
        json.writeFieldName("change");
        var wanted = membership.wanted();
        if (wanted == null) {
            json.writeNull();
        } else {
            members(wanted, json);
        }
    }

    private static void members(List<ConfigMember> members, JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (var member : members) {
            json.writeStartObject();
            json.writeNumberField("id", member.id());
            json.writeStringField("role", member.voter() ? "voter" : "observer");
            json.writeStringField("address", member.address());
            json.writeStringField("incarnation", Long.toHexString(member.incarnation()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void data(Observation seen, JsonGenerator json) throws IOException {
        var who = seen.status().identity();
        var tree = seen.status().tree();
        json.writeBooleanField("founded", who.founded());
        json.writeBooleanField("inSync", seen.status().peer().inSync());
        json.writeStringField("stayOutReason", seen.status().peer().stayOutReason());
        json.writeStringField("clientAddress", who.clientAddress());
        json.writeNumberField("sessions", tree.sessions());
        json.writeNumberField("connections", seen.traffic().connections());
        json.writeNumberField("znodes", tree.znodes());
        json.writeNumberField("watches", tree.watches());
        json.writeStringField("digest", Long.toHexString(tree.digest()));
        var disk = seen.status().disk();
        json.writeNumberField("diskUsableBytes", disk.usableBytes());
        json.writeBooleanField("diskShort", disk.isShort());
        json.writeBooleanField("writesRefused", disk.refusing());
    }

    private void settings(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("settings");
        for (var setting : settings.get().entrySet()) {
            json.writeStringField(setting.getKey(), setting.getValue());
        }
        json.writeEndObject();
    }

    /** How many entries a learner has not acknowledged; over the end of an epoch all that this epoch holds. */
    static long lag(Observation seen, LearnerView learner) {
        long last = seen.status().peer().lastLoggedZxid();
        long acked = learner.ackedZxid();
        return Zxid.epoch(last) == Zxid.epoch(acked) ? Math.max(0, last - acked) : Zxid.counter(last);
    }

    private static void numbers(String field, List<Integer> numbers, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(field);
        for (int number : numbers) {
            json.writeNumber(number);
        }
        json.writeEndArray();
    }
}
