package dev.quorate.ensemble.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of an admin command: one JSON object whose fields are texts, numbers, or lists of them. */
final class CommandBody {
    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, List<String>> fields = new LinkedHashMap<>();

    /** It is not such an object; the message says what is wrong. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** @param known the fields that there may be */
    static CommandBody parse(String body, Set<String> known) throws Malformed {
        var parsed = new CommandBody();
        try (var json = JSON.createParser(body)) {
            parsed.read(json, known);
        } catch (IOException malformed) {
            throw new Malformed("the body is not JSON: send one object with some of the fields " + known);
        }
        return parsed;
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    /** All values of a field, separated by commas; null without the field. */
    @Nullable
    String list(String field) {
        var values = fields.get(field);
        return values == null ? null : String.join(",", values);
    }

    /** The number of a field: hexadecimal behind 0x, else decimal; {@code otherwise} without the field. */
    long number(String field, long otherwise) throws Malformed {
        var text = list(field);
        if (text == null) {
            return otherwise;
        }
        try {
            return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw new Malformed(field + " is \"" + text + "\": write a number, or 0x and hexadecimal digits in quotes");
        }
    }

    private void read(JsonParser json, Set<String> known) throws IOException, Malformed {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new Malformed("the body is not an object: send one with some of the fields " + known);
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            var name = json.currentName();
            if (!known.contains(name)) {
                throw new Malformed("the field " + name + " is not known: send " + known);
            }
            fields.put(name, values(json, name));
        }
    }

    private static List<String> values(JsonParser json, String name) throws IOException, Malformed {
        var values = new ArrayList<String>();
        if (json.nextToken() != JsonToken.START_ARRAY) {
            values.add(value(json, name));
            return values;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(json, name));
        }
        return values;
    }

    private static String value(JsonParser json, String name) throws IOException, Malformed {
        if (json.currentToken() != JsonToken.VALUE_STRING && json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new Malformed("the field " + name + " is neither a text, a number, nor a list of them");
        }
        return json.getText();
    }
}
