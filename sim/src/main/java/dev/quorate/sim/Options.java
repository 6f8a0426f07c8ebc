package dev.quorate.sim;

import dev.quorate.ensemble.storage.StorageSettings;
import dev.quorate.sim.client.ClientOptions;
import dev.quorate.sim.disk.DiskOptions;
import dev.quorate.sim.fault.Fault;
import dev.quorate.sim.fault.FaultOptions;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.member.EnsembleSettings;
import dev.quorate.sim.network.NetworkOptions;
import java.util.List;

/**
 * What a seed draws before its run begins: the ensemble, its surroundings, and which faults there are. Each part has
 * its own dice, so that a {@link Restriction} changes nothing but what it names.
 */
public record Options(
        EnsembleSettings ensemble,
        NetworkOptions network,
        DiskOptions disk,
        FaultOptions faults,
        ClientOptions clients) {

    static Options draw(Dice dice, Restriction restriction) {
        FaultOptions faults = FaultOptions.draw(dice.split()).without(restriction.without());
        Dice network = dice.split();
        return new Options(ensemble(dice.split(), faults, restriction),
                new NetworkOptions(network.scaled(20_000, 2_000_000), network.scaled(20_000, 10_000_000),
                        network.scaled(20_000_000, 500_000_000)),
                disk(dice.split(), faults), faults, clients(dice.split(), dice.split(), restriction));
    }

    private static EnsembleSettings ensemble(Dice dice, FaultOptions faults, Restriction restriction) {
        int voters = Math.min(dice.pick(List.of(1, 3, 3, 3, 3, 5, 5)), restriction.voters());
        int observers = Math.min(dice.chance(0.25) ? 1 + dice.below(2) : 0, restriction.observers());
        int timeoutMs = (int) dice.scaled(300, 2_000);
        int sector = dice.chance(0.5) ? 512 : 4096;
        StorageSettings.Limits limits = new StorageSettings.Limits(dice.scaled(4 << 10, 64 << 10), 2 * sector, sector,
                (int) dice.scaled(512, 64 << 10), 1 + dice.below(3), dice.scaled(1 << 10, 64 << 10), 256L * sector);
        long maxCounter = faults.has(Fault.COUNTER_END)
                ? dice.split().scaled(100, 1_000)
                : EnsembleSettings.FAR_COUNTER;
        return new EnsembleSettings(voters, observers, dice.chance(0.5) ? "given" : "", timeoutMs,
                (int) dice.between(20, 50), dice.scaled(1_000, 1_000_000), (int) dice.scaled(5, 500),
                maxCounter, (int) dice.scaled(4, 1_000), faults.has(Fault.DRIFT) ? 0.01 : 0, limits);
    }

    private static DiskOptions disk(Dice dice, FaultOptions faults) {
        return new DiskOptions(dice.scaled(100_000, 20_000_000), dice.scaled(1_000, 20_000),
                faults.has(Fault.SLOW_FORCE) ? 0.01 : 0, faults.has(Fault.TORN_SECTORS),
                faults.has(Fault.REORDERED_NAMES));
    }

    private static ClientOptions clients(Dice dice, Dice access, Restriction restriction) {
        return new ClientOptions(Math.min(2 + dice.below(5), restriction.clients()),
                dice.scaled(100_000_000, 2_000_000_000), 1 + dice.below(4), (int) dice.scaled(2_000, 10_000),
                1 + dice.below(6), dice.between(2, 8) / 10.0,
                dice.between(0, 6) / 10.0, dice.chance(0.4) ? dice.scaled(2, 100) / 1000.0 : 0,
                access.below(6) == 5 ? access.scaled(20, 200) / 1000.0 : 0);
    }

    @Override
    public String toString() {
        return "  " + ensemble + "\n  " + network + "\n  " + disk + "\n  " + faults + "\n  " + clients;
    }
}
