/** Loaded before every test file: property tests draw the same cases in every run, and others when BASIN_TEST_SEED says so. */
import process from 'node:process';
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.BASIN_TEST_SEED ?? 20_261_124) });
