package dev.quorate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.operator.plan.Problem;
import dev.quorate.operator.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/troubleshooting.md says of every reason that a condition may have what it means and what to do. */
class TroubleshootingPageTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\| [^|]{20,} \\| [^|]{5,} \\|$");

    @Test
    void everyReasonIsDescribedAndNoOther() throws IOException {
        var page = Files.readString(Path.of("..", "docs", "troubleshooting.md"));
        var described = ROW.matcher(page).results().map(row -> row.group(1)).toList();
        assertThat(described).doesNotHaveDuplicates();
        var reasons = Stream.of(names(Problem.Reason.values()), names(StatusReason.values()),
                Arrays.stream(Step.class.getPermittedSubclasses()).map(Class::getSimpleName)
                        .filter(step -> !step.equals("Wait") && !step.equals("Done")))
                .flatMap(all -> all).collect(Collectors.toCollection(TreeSet::new));
        assertThat(new TreeSet<>(described)).as("a row `Reason`, what it means, what to do in docs/troubleshooting.md")
                .isEqualTo(reasons);
    }

    private static Stream<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name);
    }
}
