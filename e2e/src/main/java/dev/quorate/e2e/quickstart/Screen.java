package dev.quorate.e2e.quickstart;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Where the table and messages go: a terminal, whose last lines are drawn anew, or anything else, which gets a line
 * for each change.
 */
final class Screen {
    private final PrintStream out;
    private final boolean live;
    private List<Row> shown = List.of();
    private int drawnLines;

    Screen(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** Prints a line that stays, above the table. */
    void say(String line) {
        erase();
        out.println(line);
        draw();
    }

    /** Shows the members as they are now. */
    void show(List<Row> rows) {
        if (rows.equals(shown)) {
            return;
        }
        if (!live) {
            rows.stream().filter(row -> shown.stream().noneMatch(old -> !row.differs(old)))
                    .forEach(row -> out.println(now() + "  " + row.line().stripTrailing()));
            shown.stream().filter(old -> rows.stream().noneMatch(row -> row.pod().equals(old.pod())))
                    .forEach(gone -> out.println(now() + "  " + gone.pod() + " gone"));
        }
        erase();
        shown = rows;
        draw();
    }

    private static LocalTime now() {
        return LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
    }

    private void erase() {
        if (drawnLines > 0) {
            out.print("\u001b[" + drawnLines + "A\u001b[J");
            drawnLines = 0;
        }
    }

    private void draw() {
        if (live && !shown.isEmpty()) {
            out.println(Row.HEAD);
            shown.forEach(row -> out.println(row.line()));
            drawnLines = shown.size() + 1;
        }
        out.flush();
    }
}
