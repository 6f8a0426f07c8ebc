package dev.quorate.charts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules, tested by Prometheus' own tool where that is installed, and the dashboard. */
class AlertsTest {
    private static final Path TESTS = Path.of("src", "test", "promtool", "alerts_test.yaml");

    private static final Path PAGE = Path.of("..", "docs", "metrics.md");
    private static final Set<String> WORDS = Set.of("and", "sum", "max", "min", "unless");

    @Test
    void theRulesDoWhatTheirTestsSay(@TempDir Path folder) throws IOException, InterruptedException {
        assumeThat(onPath("promtool")).as("promtool (Debian's package prometheus) is on the PATH").isTrue();
        Files.copy(Chart.FOLDER.resolve("files").resolve("alerts.yaml"), folder.resolve("alerts.yaml"));
        Files.copy(TESTS, folder.resolve("alerts_test.yaml"));
        var promtool = new ProcessBuilder("promtool", "test", "rules", "alerts_test.yaml").directory(folder.toFile())
                .redirectErrorStream(true).start();
        var said = new String(promtool.getInputStream().readAllBytes(), UTF_8);
        assertThat(promtool.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(promtool.exitValue()).as(said).isZero();
    }

    /** docs/metrics.md is kept equal to what members and the operator expose by tests of theirs. */
    @Test
    void alertsAndDashboardAskForMetricsThatThereAre() throws IOException {
        var known = new TreeSet<String>();
        Pattern.compile("(?m)^\\| `([a-z_]+)` \\| ([a-z]+)").matcher(Files.readString(PAGE)).results().forEach(row -> {
            known.add(row.group(1));
            if (row.group(2).equals("summary") || row.group(2).equals("histogram")) {
                List.of("_count", "_sum", "_bucket").forEach(part -> known.add(row.group(1) + part));
            }
        });
        var asked = new TreeSet<String>();
        for (var rule : new ObjectMapper(new YAMLFactory()).readTree(Chart.file("files/alerts.yaml"))
                .findValuesAsText("expr")) {
            asked.addAll(metrics(rule));
        }
        var dashboard = new ObjectMapper().readTree(Chart.file("files/dashboard.json"));
        dashboard.findValuesAsText("expr").forEach(expression -> asked.addAll(metrics(expression)));
        dashboard.findValuesAsText("query").stream().filter(query -> query.startsWith("label_values("))
                .forEach(query -> asked.add(query.substring("label_values(".length()).split("[{,]")[0]));
        assertThat(asked).contains("quorate_ensemble_condition", "fsynctime_sum", "quorum_size", "elections");
        asked.removeIf(metric -> metric.matches("(jvm|process)_.*"));
        assertThat(known).containsAll(asked);
    }

    /** The names in an expression that are neither functions, nor words of the language, nor labels. */
    private static Set<String> metrics(String expression) {
        var bare = expression.replaceAll("\\{[^}]*\\}", " ").replaceAll("(by|on) *\\([^)]*\\)", " ")
                .replaceAll("\\[[^]]*\\]", " ");
        return Pattern.compile("[a-z_]{3,}(?![a-z_(]| *\\()").matcher(bare).results().map(MatchResult::group)
                .filter(name -> !WORDS.contains(name)).collect(Collectors.toSet());
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Test
    void theDashboardHasPanelsThatAskTheChosenSource() throws IOException {
        var dashboard = new ObjectMapper().readTree(Chart.file("files/dashboard.json"));
        assertThat(dashboard.get("uid").asText()).isEqualTo("quorate-ensemble");
        assertThat(dashboard.get("panels")).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.get("datasource").get("uid").asText()).isEqualTo("${datasource}");
            assertThat(panel.get("targets").get(0).get("expr").asText()).isNotBlank();
        });
    }
}
