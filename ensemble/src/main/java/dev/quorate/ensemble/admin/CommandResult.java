package dev.quorate.ensemble.admin;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of an admin command: one JSON object of texts.
 *
 * @param status the HTTP status: 200 when it is done, 202 when it was accepted and goes on, 409 when it can't be done
 *     now
 * @param fields what is told; {@code error} is a sentence that says what to do
 */
public record CommandResult(int status, Map<String, String> fields) {
    private static final JsonFactory JSON = new JsonFactory();

    /** It is done, or accepted. */
    static CommandResult done(int status, Map<String, String> fields) {
        return new CommandResult(status, new TreeMap<>(fields));
    }

    /** It is not done. */
    static CommandResult refused(int status, String error) {
        return new CommandResult(status, Map.of("error", error));
    }

    /** It is not done, for a reason that has a name in ZooKeeper. */
    static CommandResult refused(int status, String code, String error) {
        return new CommandResult(status, new TreeMap<>(Map.of("code", code, "error", error)));
    }

    String json() {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (var field : fields.entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a string writer does not fail", impossible);
        }
        return text.append('\n').toString();
    }
}
