package dev.quorate.charts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules, tested by Prometheus' own tool where that is installed, and the dashboard. */
class AlertsTest {
    private static final Path TESTS = Path.of("src", "test", "promtool", "alerts_test.yaml");

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
