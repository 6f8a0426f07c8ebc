package dev.quorate.sim;

import dev.quorate.ensemble.storage.StorageSettings;
import dev.quorate.sim.client.ClientOptions;
import dev.quorate.sim.disk.DiskOptions;
import dev.quorate.sim.kernel.Dice;
import dev.quorate.sim.member.EnsembleSettings;
import dev.quorate.sim.network.NetworkOptions;
import java.util.List;

/**
 * What a seed draws before its run begins: the ensemble, its surroundings, and which faults there are. Every class of fault
 * is off in some seeds, so that no fault hides what only its absence shows.
 */
public record Options(
        EnsembleSettings ensemble,
        NetworkOptions network,
        DiskOptions disk,
        FaultOptions faults,
        ClientOptions clients) {

    static Options draw(Dice dice) {
        int voters = dice.pick(List.of(1, 3, 3, 3, 3, 5, 5));
        int observers = dice.chance(0.25) ? 1 + dice.below(2) : 0;
        int timeoutMs = (int) dice.scaled(300, 2_000);
        int sector = dice.chance(0.5) ? 512 : 4096;
        StorageSettings.Limits limits = new StorageSettings.Limits(dice.scaled(4 << 10, 64 << 10), 2 * sector, sector,
                (int) dice.scaled(512, 64 << 10), 1 + dice.below(3), dice.scaled(1 << 10, 64 << 10));
        EnsembleSettings ensemble = new EnsembleSettings(voters, observers, dice.chance(0.5) ? "given" : "", timeoutMs,
                (int) dice.between(20, 50), dice.scaled(1_000, 1_000_000), (int) dice.scaled(5, 500),
                (int) dice.scaled(4, 1_000), dice.chance(0.5) ? 0.01 : 0, limits);
        NetworkOptions network = new NetworkOptions(dice.scaled(20_000, 2_000_000), dice.scaled(20_000, 10_000_000),
                dice.scaled(20_000_000, 500_000_000));
        DiskOptions disk = new DiskOptions(dice.scaled(100_000, 20_000_000), dice.scaled(1_000, 20_000),
                dice.chance(0.5) ? 0.01 : 0, dice.chance(0.7), dice.chance(0.5));
        return new Options(ensemble, network, disk, faults(dice), clients(dice));
    }

    private static FaultOptions faults(Dice dice) {
        return new FaultOptions(often(dice), often(dice), dice.chance(0.5) ? dice.scaled(5_000, 60_000) : 0,
                often(dice),
                often(dice), dice.chance(0.5), often(dice), often(dice), often(dice), often(dice), often(dice));
    }

    private static long often(Dice dice) {
        return dice.chance(0.6) ? dice.scaled(1_000, 30_000) : 0;
    }

    private static ClientOptions clients(Dice dice) {
        return new ClientOptions(2 + dice.below(5), dice.scaled(100_000_000, 2_000_000_000), 1 + dice.below(4),
                (int) dice.scaled(2_000, 10_000), 1 + dice.below(6), dice.between(2, 7) / 10.0,
                dice.chance(0.5) ? dice.scaled(1_000_000_000L, 20_000_000_000L) : 0);
    }

    @Override
    public String toString() {
        return "  " + ensemble + "\n  " + network + "\n  " + disk + "\n  " + faults + "\n  " + clients;
    }
}
