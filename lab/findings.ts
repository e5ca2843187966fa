export type {
	Axis,
	Figure,
	Findings,
	LabTable as Table,
	Outcome,
	Point,
	Series,
	Verdict,
} from '@basin/core/contracts/lab.ts';
