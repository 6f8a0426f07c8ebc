package dev.quorate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The schema describes every value, with the default that it has, and docs/install.md lists them all.
 * {@code -Dtest.jvm.args=-Dquorate.update=true} writes the list anew.
 */
class ValuesTest {
    private static final Path PAGE = Path.of("..", "docs", "install.md");
    private static final String BEGIN = "<!-- values -->\n";
    private static final String END = "<!-- end of values -->\n";

    @Test
    void everyDefaultIsWhatTheSchemaSays() throws IOException {
        assertThat(defaults(Chart.schema())).isEqualTo(Chart.values());
    }

    private static JsonNode defaults(JsonNode schema) {
        if (!schema.has("properties")) {
            assertThat(schema.path("description").asText()).as(schema.toString()).endsWith(".");
            return schema.required("default");
        }
        ObjectNode values = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        schema.get("properties").properties()
                .forEach(property -> values.set(property.getKey(), defaults(property.getValue())));
        return values;
    }

    @Test
    void thePageListsEveryValue() throws IOException {
        var page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        var table = new StringBuilder("| value | type | default | meaning |\n|---|---|---|---|\n");
        rows("", Chart.schema(), "", table);
        if (Boolean.getBoolean("quorate.update")) {
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
        } else {
            assertThat(page.substring(from, to)).isEqualTo(table.toString());
        }
    }

    private static void rows(String prefix, JsonNode schema, String about, StringBuilder table) {
        schema.get("properties").properties().forEach(property -> {
            var value = property.getValue();
            var name = prefix + property.getKey();
            var meaning = value.get("description").asText();
            if (value.has("properties")) {
                rows(name + ".", value, meaning, table);
            } else {
                table.append("| `").append(name).append("` | ").append(value.get("type").asText()).append(" | ")
                        .append(value.get("default").toString().equals("\"\"") ? "" : "`" + value.get("default") + "`")
                        .append(" | ").append(about.isEmpty() ? meaning : about + " " + meaning).append(" |\n");
            }
        });
    }
}
