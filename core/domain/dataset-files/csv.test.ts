import { csv, testRefusals } from './testing/files.ts';

testRefusals('csv', [
	['no header', csv('1,2', '3,4'), /^The first line of d\.csv must name the columns, but it holds numbers/],
	['no column of classes', csv('a,b', '3,4'), /^d\.csv must have a column named "label"/],
	['two columns of classes', csv('a,label,Label', '3,4,5'), /^d\.csv has two columns named "label"/],
	[
		'a word for a number',
		csv('a,label', '3,0', 'n/a,1'),
		/^a in line 3 of d\.csv must be a finite number, but is "n\/a"/,
	],
	['an empty cell', csv('a,b,label', '3,,0'), /^b in line 2 of d\.csv must be a finite number, but is ""/],
	['an infinite number', csv('a,label', 'Infinity,0'), /must be a finite number, but is "Infinity"/],
	[
		'a row that is too short',
		csv('a,b,label', '1,2,0', '1,0'),
		/^Line 3 of d\.csv has 2 values, but 3 columns are named/,
	],
	['an open quote', csv('a,label', '"1,0'), /^d\.csv is not a CSV file: /],
	['no rows', csv('a,label'), /^d\.csv holds no rows/],
	['an empty class', csv('a,label', '1,x', '2,'), /^d\.csv has a row without a class/],
	[
		'a class for every row',
		csv('a,label', ...Array.from({ length: 1001 }, (_, i) => `1,w${i}`)),
		/^d\.csv has more than 1000 different classes/,
	],
	['a line without end', csv('a,label', `"${'1'.repeat(5_000_000)}`), /^d\.csv is not a CSV file: Max Record Size/],
	['more numbers than are taken', csv('a,label', '1,0\n'.repeat(2_200_000)), /take more than 8 MiB/],
]);
