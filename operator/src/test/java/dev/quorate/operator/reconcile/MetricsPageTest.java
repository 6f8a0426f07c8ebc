package dev.quorate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** docs/metrics.md lists what the operator exposes. {@code -Dquorate.update=true} writes the list anew. */
class MetricsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");
    private static final String BEGIN = "<!-- operator -->\n";
    private static final String END = "<!-- end of operator -->\n";

    @Test
    void thePageListsEveryMetric() throws IOException {
        var registry = new CollectorRegistry();
        var unused = new Metrics(registry);
        new EnsembleMetrics(() -> 0).register(registry);
        var text = new StringWriter();
        TextFormat.write004(text, registry.metricFamilySamples());
        String table = table(text.toString());
        assertThat(table).contains("| `quorate_ensemble_leader_changes_total` | counter |",
                "| `quorate_operator_reconcile_seconds` | histogram |");
        var page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        if (Boolean.getBoolean("quorate.update")) {
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
        } else {
            assertThat(page.substring(from, to)).as("stale: run with -Dtest.jvm.args=-Dquorate.update=true")
                    .isEqualTo(table);
        }
    }

    private static String table(String exposition) {
        var types = new TreeMap<String, String>();
        Map<String, String> meanings = new TreeMap<>();
        exposition.lines().map(line -> line.split(" ", 4)).filter(words -> words[0].equals("#"))
                .forEach(words -> (words[1].equals("TYPE") ? types : meanings).put(words[2], words[3]));
        var table = new StringBuilder("| metric | type | meaning |\n|---|---|---|\n");
        types.forEach((name, type) -> {
            if (!name.endsWith("_created")) {
                table.append("| `").append(name).append("` | ").append(type).append(" | ").append(meanings.get(name))
                        .append(" |\n");
            }
        });
        return table.toString();
    }
}
