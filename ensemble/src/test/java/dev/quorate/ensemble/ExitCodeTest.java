package dev.quorate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.zab.ConfigMember;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void aBuildThatIsTooOldForTheLevelSaysSo() {
        int later = Levels.KNOWN.highest() + 1;
        var members = List.of(new ConfigMember(1, 11, true, "a:2888:3888"));
        var found = new Txn(new Origin(0, 0, 0), 1, Caller.ENSEMBLE,
                new Command.Found(later, "c", Bytes.utf8("key"), members));
        Throwable death = catchThrowable(() -> new DataTree(event -> {}, Levels.KNOWN).apply(1, 1, found));
        assertThat(ExitCode.ofDeath(death)).isEqualTo(ExitCode.BUILD_TOO_OLD);
        assertThat(ExitCode.ofDeath(new IllegalStateException("a bug"))).isEqualTo(ExitCode.INTERNAL);
    }
}
