package dev.quorate.sim;

import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.sim.check.Broken;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.member.Builds;
import dev.quorate.sim.member.SimMember;
import java.util.List;
import java.util.function.Consumer;

/**
 * Members of two builds in one ensemble. For a while they go from build to build as they like; then somebody begins to
 * ask for the second level, and members go to the newer build only.
 */
final class Upgrades {
    private final List<SimMember> members;
    private final List<SimMember> everybody;
    private final Consumer<SimMember> restart;
    private boolean raising;
    private int level;

    /**
     * @param members who runs
     * @param everybody who runs, ran, or may join
     * @param restart ends a process; it starts again
     */
    Upgrades(List<SimMember> members, List<SimMember> everybody, Consumer<SimMember> restart) {
        this.members = members;
        this.everybody = everybody;
        this.restart = restart;
    }

    /** Before anybody runs: who begins with which build. */
    void begin(Dice dice) {
        everybody.forEach(member -> member.install(dice.chance(0.5) ? Builds.OLDER : Builds.NEWER));
    }

    void happen(Dice dice) {
        SimMember member = dice.pick(members);
        if (!raising) {
            install(member, member.build() == Builds.OLDER ? Builds.NEWER : Builds.OLDER);
            raising = dice.chance(0.2);
        } else if (dice.chance(0.6)) {
            install(member, Builds.NEWER);
        } else if (member.process() != null) {
            member.raiseLevel(Builds.NEWER, outcome -> {});
        }
    }

    private void install(SimMember member, int build) {
        if (member.build() != build) {
            member.install(build);
            restart.accept(member);
        }
    }

    /** Whether the level may be asked for. */
    boolean isRaising() {
        return raising;
    }

    /** In peace, whoever is asked: the level is raised if every member knows it, and refused else. */
    void checkAnswer(Configuration before, Outcome outcome) {
        boolean refused = outcome instanceof Outcome.Failed failed
                && failed.error() == (before.level() < Builds.NEWER
                        ? ErrorCode.NEW_CONFIG_NO_QUORUM
                        : ErrorCode.BAD_ARGUMENTS);
        boolean possible = before.level() < Builds.NEWER && knownToAll(before);
        Broken.unless(possible ? outcome instanceof Outcome.Reconfigured : refused,
                () -> "the second level was asked for, the members were %s, and the answer is %s"
                        .formatted(before, outcome));
    }

    private boolean knownToAll(Configuration configuration) {
        return configuration.members().stream().allMatch(member -> build(member) >= Builds.NEWER);
    }

    private int build(ConfigMember member) {
        return everybody.get(member.id() - 1).build();
    }

    /** An entry is committed: a level is raised only when all members know it. */
    void committed(Entry entry) {
        Configuration configuration = TxnCodec.configuration(entry);
        if (configuration != null && configuration.level() != level) {
            Broken.unless(configuration.level() > level && (level == 0 || knownToAll(configuration)),
                    () -> "the level goes from %d to %d with members that do not know it".formatted(level,
                            configuration.level()));
            level = configuration.level();
        }
    }
}
