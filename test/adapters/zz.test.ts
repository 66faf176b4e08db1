import { test } from 'vitest';
import { Readable } from 'node:stream';
import writeXlsxFile from 'write-excel-file/node';
import { openTable } from '../../adapters/table.ts';
test('x', async () => {
  const rows: any[] = [[{value:'email'},{value:'n'},{value:'d'},{value:'b'}]];
  for (let i=0;i<5000;i++) rows.push([{value:`p${i}@x.org`},{type:Number,value: i*1.1},{type:Date,value:new Date(Date.UTC(2024,1,29)),format:'dd.mm.yyyy'},{type:Boolean,value:true}]);
  rows.push([{value:`p@x.org`},{type:Number,value: 1e21},null,null],[], [{value:`'=1+1`},{type:Number,value: 1.5e-7},{value:' ü\n'},{type:Number,value:12345678901}]);
  const buf = await writeXlsxFile(rows).toBuffer();
  const t0=performance.now();
  const t = await openTable({open: async()=>Readable.from([buf])},{encoding:null,delimiter:null,headerRow:1});
  let last; let n=0; for await (const b of t.rows) {n+=b.length; last=b.slice(-3);}
  console.log(t.columns,n,last,t.format, performance.now()-t0);
});
